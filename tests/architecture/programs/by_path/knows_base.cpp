// tests/architecture/programs/by_path/knows_base.cpp - breaks a rule: the same by another way.
#include "../tracer/base/seq_num.hpp"
