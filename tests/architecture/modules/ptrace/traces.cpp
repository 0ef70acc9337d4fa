// tests/architecture/modules/ptrace/traces.cpp - breaks a rule: only 'calls' and 'os' know ptrace.
#include <sys/ptrace.h>
