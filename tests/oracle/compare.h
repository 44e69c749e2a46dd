#ifndef WEND_TESTS_ORACLE_COMPARE_H_
#define WEND_TESTS_ORACLE_COMPARE_H_

// One program and one log through the engine and through the oracle, in one form that can be compared.

#include <map>
#include <string>
#include <vector>

#include "tests/oracle/world.h"
#include "wend/compile.h"

namespace wend::oracle {

// Of each contact: what happened in order (runs entered and ended, conversions, notes, attributes, sends),
// then every outcome of a send with its texts.
using Outcome = std::map<std::string, std::vector<std::string>>;

Outcome run_oracle(const Program& program, const std::vector<std::string>& log,
                   Sabotage sabotage = Sabotage::kNone);
// `failure` says why the engine gave up; empty where it did not.
Outcome run_engine(const CompileResult& compiled, const std::vector<std::string>& log, std::string& failure);

// Both side by side, for a person: the contacts that differ, their lines, marked where they first differ.
std::string side_by_side(const Outcome& engine, const Outcome& oracle);

}  // namespace wend::oracle

#endif  // WEND_TESTS_ORACLE_COMPARE_H_
