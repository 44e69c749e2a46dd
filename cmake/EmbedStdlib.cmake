# Puts the modules of stdlib/ into the binary, for `use NAME`. Files that end in _test.wend are left out.
#
# Included by CMakeLists.txt it adds a generated source to wend_compiler. Run as a script
#
#   cmake -DMODULES_DIR=.. -DOUT=.. -P EmbedStdlib.cmake
#
# it writes that source: one raw string literal a module.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB modules ${MODULES_DIR}/*.wend)
  list(FILTER modules EXCLUDE REGEX "_test\\.wend$")
  list(SORT modules)
  set(text "// Generated from stdlib by cmake/EmbedStdlib.cmake.\n#include \"compiler/syntax/modules.h\"\n\n")
  string(APPEND text "namespace wend {\nnamespace {\nconstexpr StdlibModule kModules[] = {\n")
  foreach(module ${modules})
    get_filename_component(name ${module} NAME_WE)
    file(READ ${module} content)
    if(content MATCHES "\\)wend_module\"")
      message(FATAL_ERROR "${module} contains the delimiter of the generated string")
    endif()
    string(APPEND text "    {\"${name}\", R\"wend_module(${content})wend_module\"},\n")
  endforeach()
  string(APPEND text "};\n}  // namespace\n\n")
  string(APPEND text "std::span<const StdlibModule> stdlib_modules() { return kModules; }\n}  // namespace wend\n")
  file(WRITE ${OUT} "${text}")
  return()
endif()

file(GLOB WEND_MODULES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/stdlib/*.wend)
set(WEND_MODULES_SOURCE ${CMAKE_BINARY_DIR}/generated/stdlib_modules.cc)
add_custom_command(OUTPUT ${WEND_MODULES_SOURCE}
  COMMAND ${CMAKE_COMMAND} -DMODULES_DIR=${CMAKE_SOURCE_DIR}/stdlib -DOUT=${WEND_MODULES_SOURCE}
          -P ${CMAKE_SOURCE_DIR}/cmake/EmbedStdlib.cmake
  DEPENDS ${WEND_MODULES} ${CMAKE_SOURCE_DIR}/cmake/EmbedStdlib.cmake
  COMMENT "Embedding the modules of stdlib" VERBATIM)
target_sources(wend_compiler PRIVATE ${WEND_MODULES_SOURCE})
