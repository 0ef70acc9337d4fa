// tests/architecture/modules/allowed/uses_base.cpp - breaks no rule, PURE or not.
#include <vector>

#include "allowed/uses_base.hpp"
#include "base/seq_num.hpp"
