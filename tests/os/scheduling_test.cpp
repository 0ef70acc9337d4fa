// tests/os/scheduling_test.cpp - who is hurried does not hurry others.
#include "os/scheduling.hpp"

#include <gtest/gtest.h>
#include <sched.h>
#include <sys/resource.h>

#include <algorithm>

#include "os/forked.hpp"

namespace sockstep::os {
namespace {

struct SeenByChild {
    int policy_of_child = -1;
    int nice_of_child = -1;
    bool came_to_its_end = false;
};

TEST(Hurry, IsNotInherited) {
    const int usual_nice = ::getpriority(PRIO_PROCESS, 0);
    SharedValue<SeenByChild> seen{{}};
    wait_for(fork_to([&] {
        hurry_this_thread();
        wait_for(fork_to([&] {
            seen->policy_of_child = ::sched_getscheduler(0);
            seen->nice_of_child = ::getpriority(PRIO_PROCESS, 0);
        }));
        seen->came_to_its_end = true;
    }));
    EXPECT_TRUE(seen->came_to_its_end);
    EXPECT_EQ(seen->policy_of_child, SCHED_OTHER);
    EXPECT_GE(seen->nice_of_child, std::min(usual_nice, 0));
}

}  // namespace
}  // namespace sockstep::os
