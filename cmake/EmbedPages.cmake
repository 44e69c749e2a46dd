# Puts the pages of docs/diagnostics into the binary, for `wend explain`.
#
# Included by CMakeLists.txt it adds a generated source to wend_compiler. Run as a script
#
#   cmake -DPAGES_DIR=.. -DOUT=.. -P EmbedPages.cmake
#
# it writes that source: one raw string literal a page.
if(CMAKE_SCRIPT_MODE_FILE)
  file(GLOB pages ${PAGES_DIR}/WD*.md)
  list(SORT pages)
  set(text "// Generated from docs/diagnostics by cmake/EmbedPages.cmake.\n#include \"compiler/diagnostics/explain_pages.h\"\n\n")
  string(APPEND text "namespace wend::internal {\nnamespace {\nconstexpr EmbeddedPage kPages[] = {\n")
  foreach(page ${pages})
    get_filename_component(name ${page} NAME_WE)
    file(READ ${page} content)
    if(content MATCHES "\\)wend_page\"")
      message(FATAL_ERROR "${page} contains the delimiter of the generated string")
    endif()
    string(APPEND text "    {\"${name}\", R\"wend_page(${content})wend_page\"},\n")
  endforeach()
  string(APPEND text "    {\"\", \"\"},\n};\n}  // namespace\n\n")
  string(APPEND text "std::span<const EmbeddedPage> embedded_pages() { return kPages; }\n}  // namespace wend::internal\n")
  file(WRITE ${OUT} "${text}")
  return()
endif()

file(GLOB WEND_PAGES CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/docs/diagnostics/WD*.md)
set(WEND_PAGES_SOURCE ${CMAKE_BINARY_DIR}/generated/explain_pages.cc)
add_custom_command(OUTPUT ${WEND_PAGES_SOURCE}
  COMMAND ${CMAKE_COMMAND} -DPAGES_DIR=${CMAKE_SOURCE_DIR}/docs/diagnostics -DOUT=${WEND_PAGES_SOURCE}
          -P ${CMAKE_SOURCE_DIR}/cmake/EmbedPages.cmake
  DEPENDS ${WEND_PAGES} ${CMAKE_SOURCE_DIR}/cmake/EmbedPages.cmake
  COMMENT "Embedding the pages of docs/diagnostics" VERBATIM)
target_sources(wend_compiler PRIVATE ${WEND_PAGES_SOURCE})
