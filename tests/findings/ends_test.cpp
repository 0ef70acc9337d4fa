// tests/findings/ends_test.cpp
#include <gtest/gtest.h>
