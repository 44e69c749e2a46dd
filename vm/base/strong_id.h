#ifndef WEND_VM_BASE_STRONG_ID_H_
#define WEND_VM_BASE_STRONG_ID_H_

// Strong index types: an EventIx is not a JourneyIx. Each wraps an unsigned number, compares and hashes, and
// converts to it only by name.

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace wend {

template <typename Tag, typename Number = uint32_t>
struct StrongId {
  using NumberType = Number;
  Number number = 0;

  constexpr StrongId() = default;
  constexpr explicit StrongId(Number n) : number(n) {}
  constexpr size_t index() const { return static_cast<size_t>(number); }
  constexpr auto operator<=>(const StrongId&) const = default;
};

}  // namespace wend

template <typename Tag, typename Number>
struct std::hash<wend::StrongId<Tag, Number>> {
  size_t operator()(const wend::StrongId<Tag, Number>& id) const noexcept { return std::hash<Number>()(id.number); }
};

#endif  // WEND_VM_BASE_STRONG_ID_H_
