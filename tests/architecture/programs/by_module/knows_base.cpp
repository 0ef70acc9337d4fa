// tests/architecture/programs/by_module/knows_base.cpp - breaks a rule: a program that uses a module of tracer/.
#include "base/seq_num.hpp"
