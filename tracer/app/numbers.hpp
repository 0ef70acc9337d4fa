// tracer/app/numbers.hpp - numbers on the command line, read strictly.
#pragma once

#include <cstdint>

#include <CLI/CLI.hpp>

namespace sockstep::app {

/// For Option::transform: a decimal whole number from `least` to `most`. CLI11's own checks read a number as double,
/// and its conversion lets one that is too large, octal or hexadecimal pass as something else.
CLI::Validator whole_number(std::uint64_t least, std::uint64_t most);

/// For Option::check: seconds, with or without a fraction, from `least` to `most`. CLI11 would let "nan" pass.
CLI::Validator seconds(double least, double most);

}  // namespace sockstep::app
