// tests/tracefile/hostile_test.cpp - records that lie: one fault that says what and where, and all before it is there.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tracefile/samples.hpp"

namespace sockstep::tracefile {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

const std::string part = R"({"sockstep":1,"run":"a"})";
const std::string about = R"({"type":"about"})";
const std::string call = R"({"n":1,"type":"call","id":1,"time":1000,"program":"p","pid":1,"tid":1,"name":"send"})";

/// A file with one block of our own for each text.
test::Octets file_of(const std::vector<std::string>& texts) {
    const capture::test::TemporaryFolder folder;
    const std::string path = folder.file("made.pcapng");
    PcapngFile file{os::create_private_file(path), path, "test", base::LinkType::Ethernet, "test"};
    for (const std::string& text : texts) {
        file.add_text("text", text);
    }
    file.flush();
    return capture::test::content(path);
}

/// The only fault of a file that begins well and goes on with `line`; the call before it is there.
std::string fault_of(const std::string& line) {
    const Reader::Runs all = test::read(file_of({part + "\n" + about + "\n" + call + "\n", part + "\n" + line + "\n"}));
    EXPECT_THAT(all.runs, SizeIs(1)) << line;
    EXPECT_THAT(all.runs.at(0).records, SizeIs(1)) << line;
    EXPECT_THAT(all.faults, SizeIs(1)) << line;
    EXPECT_GT(all.faults.at(0).offset, 100U);
    EXPECT_THAT(all.faults.at(0).what, Not(HasSubstr("\n")));
    return all.faults.at(0).what;
}

TEST(HostileTrace, NamesTheFieldThatIsWrong) {
    EXPECT_THAT(fault_of("{"), HasSubstr("is no JSON"));
    EXPECT_THAT(fault_of("[]"), HasSubstr("is no JSON object"));
    EXPECT_THAT(fault_of("{}"), HasSubstr("has no field type"));
    EXPECT_THAT(fault_of(R"({"type":7})"), HasSubstr("field type is neither text nor octets"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"unheard"})"), HasSubstr("has a type that is not known"));
    EXPECT_THAT(fault_of(R"({"n":0,"type":"shown","time":1})"), HasSubstr("records count from 1"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1})"), HasSubstr("has no field time"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":-1,"time":1})"),
                HasSubstr("field id is no whole number from 0"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1e300,"time":1})"), HasSubstr("field id is no whole number"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":99999999999999999999,"time":1})"),
                HasSubstr("field id is no whole number"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1,"time":9223372036854775807})"),
                HasSubstr("field time is a time outside the years 1970 to 2200"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1,"time":1000,"fate":"happy"})"),
                HasSubstr("field fate is none of its words"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1,"time":1000,"data":{"hex":"0g"}})"),
                HasSubstr("field data is neither text nor octets"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1,"time":1000,"socket":{"local":"1.2.3:4"}})"),
                HasSubstr("field local is no address with a port"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1,"time":1000,"holders":{}})"),
                HasSubstr("field holders is no list"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1,"time":1000,"ready":[{"to_read":1}]})"),
                HasSubstr("field to_read is neither true nor false"));
}

TEST(HostileTrace, NamesTheRecordThatCannotFollow) {
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":2,"time":1000})"),
                HasSubstr("ends call 2, which has not begun"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"return","id":1,"time":999})"), HasSubstr("is earlier than the one before"));
    EXPECT_THAT(fault_of(R"({"n":2,"type":"call","id":3,"time":1000,"program":"p","pid":1,"tid":1,"name":"send"})"),
                HasSubstr("begins call 3, and the last one before it is call 1"));
}

TEST(HostileTrace, RefusesANewerVersionInOneLine) {
    const Reader::Runs all = test::read(file_of({R"({"sockstep":2,"run":"a"})"
                                                 "\n" +
                                                 about + "\n"}));
    EXPECT_THAT(all.runs, IsEmpty());
    ASSERT_THAT(all.faults, SizeIs(1));
    EXPECT_THAT(all.faults[0].what, AllOf(HasSubstr("version 2"), HasSubstr("reads version 1")));
}

TEST(HostileTrace, WantsToKnowHowARunWasMade) {
    const Reader::Runs all = test::read(file_of({part + "\n" + call + "\n"}));
    EXPECT_THAT(all.runs, IsEmpty());
    EXPECT_THAT(all.faults, SizeIs(1));
}

TEST(HostileTrace, MayBeNestedDeeply) {
    EXPECT_THAT(fault_of(std::string(200'000, '[')), HasSubstr("is no JSON"));
    EXPECT_THAT(fault_of(std::string(200'000, '[') + std::string(200'000, ']')), HasSubstr("is no JSON object"));
}

}  // namespace
}  // namespace sockstep::tracefile
