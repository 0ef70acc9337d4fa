// tests/findings/real_programs_test.cpp - programs that were not written here, or for this: nothing is found in them.
#include <gtest/gtest.h>
