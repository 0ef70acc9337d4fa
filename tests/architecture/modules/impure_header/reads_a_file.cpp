// tests/architecture/modules/impure_header/reads_a_file.cpp - breaks a rule, if PURE: it can reach files.
#include <fstream>
