// tests/architecture/modules/without_module/hides_its_layer.cpp - breaks a rule: the include names no module.
#include "seq_num.hpp"
