// tests/architecture/modules/libpcap/captures.cpp - breaks a rule: only 'capture' speaks to libpcap.
#include <pcap/pcap.h>
