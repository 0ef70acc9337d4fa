// tests/architecture/modules/allowed/uses_base.cpp - breaks no rule, PURE or not.
#include "allowed/uses_base.hpp"

#include <vector>

#include "base/seq_num.hpp"
