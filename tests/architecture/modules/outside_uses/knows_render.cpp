// tests/architecture/modules/outside_uses/knows_render.cpp - breaks a rule: 'render' is not in its USES.
#include "base/seq_num.hpp"
#include "render/ladder.hpp"
