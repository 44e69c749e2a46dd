#ifndef WEND_VM_BASE_VERSION_H_
#define WEND_VM_BASE_VERSION_H_

// The version of Wend, as `wend --version`, stores and images name it. Equal to the version in the top
// CMakeLists.txt, which a test compares.

#include <string_view>

namespace wend {

constexpr std::string_view kWendVersion = "0.1.0";

}  // namespace wend

#endif  // WEND_VM_BASE_VERSION_H_
