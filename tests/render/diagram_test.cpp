// tests/render/diagram_test.cpp - lifelines, arrows, bars and wakes of runs made by hand, and texts that do not
// overlap.
#include "render/diagram.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "render/dot.hpp"
#include "render/drawing.hpp"
#include "render/html.hpp"
#include "render/run_scene.hpp"
#include "render/text_width.hpp"

namespace sockstep::render {
namespace {

using correlate::Travel;
using record::CallKind;
using ::testing::HasSubstr;
using ::testing::Not;

Diagram diagram_of(Scene& scene, const DiagramOptions& options = {}) {
    scene.take_frames();
    return make_diagram(scene.correlator.timeline(), pair, {}, options);
}

const Item& segment(const Diagram& diagram, std::uint64_t id) {
    return *std::ranges::find_if(diagram.items,
                                 [&](const Item& item) { return item.kind == ItemKind::Segment && item.id == id; });
}

const Item& call(const Diagram& diagram, std::uint64_t id) {
    return *std::ranges::find_if(diagram.items,
                                 [&](const Item& item) { return item.kind == ItemKind::Call && item.id == id; });
}

TEST(Diagram, HasALifelineForEachProgramClientsLeft) {
    Scene scene;
    sleep_and_receive(scene);
    const Diagram diagram = diagram_of(scene);
    ASSERT_EQ(diagram.lifelines.size(), 2U);
    EXPECT_EQ(diagram.lifelines[0].host, "client");
    EXPECT_EQ(diagram.lifelines[1].host, "server");
    EXPECT_EQ(segment(diagram, 1).lifeline, 0U);
    EXPECT_EQ(segment(diagram, 1).peer, 1U);
    EXPECT_EQ(segment(diagram, 2).lifeline, 1U);
}

TEST(Diagram, DrawsACallThatSleptAsABarThatItsSegmentEnds) {
    Scene scene;
    const std::uint64_t receive = sleep_and_receive(scene);
    const Diagram diagram = diagram_of(scene);
    const Item& bar = call(diagram, receive);
    const Item& data = segment(diagram, 4);
    EXPECT_TRUE(bar.blocked);
    EXPECT_LT(bar.row, data.row);
    EXPECT_LT(data.row, bar.end_row);
    ASSERT_EQ(data.woke.size(), 1U);
    EXPECT_EQ(&diagram.items[data.woke[0]], &bar);
    ASSERT_EQ(data.causes.size(), 1U);
    EXPECT_EQ(diagram.items[data.causes[0]].program, "client");
}

TEST(Diagram, EndsALostSegmentInACrossAndADeliveredOneWhereItArrives) {
    Scene scene{Travel::Recorded};
    scene.talk.client().syn();
    scene.is_lost();
    scene.talk.client().syn();
    scene.arrives();
    const Diagram diagram = diagram_of(scene);
    ASSERT_EQ(segment(diagram, 1).ends.size(), 1U);
    EXPECT_EQ(segment(diagram, 1).ends[0].what, ArrowEnd::What::Lost);
    EXPECT_GT(segment(diagram, 1).ends[0].row, segment(diagram, 1).row);
    ASSERT_EQ(segment(diagram, 2).ends.size(), 1U);
    EXPECT_EQ(segment(diagram, 2).ends[0].what, ArrowEnd::What::Arrives);
    EXPECT_TRUE(segment(diagram, 2).repeats);
}

TEST(Diagram, ShowsASegmentThatArrivesTwiceAsTwoArrows) {
    Scene scene{Travel::Recorded};
    scene.talk.client().syn();
    scene.arrives();
    scene.arrives(1);
    const Diagram diagram = diagram_of(scene);
    ASSERT_EQ(segment(diagram, 1).ends.size(), 2U);
    EXPECT_FALSE(segment(diagram, 1).ends[0].again);
    EXPECT_TRUE(segment(diagram, 1).ends[1].again);
}

TEST(Diagram, LeavesOutWhatIsNotAskedFor) {
    Scene scene;
    sleep_and_receive(scene);
    for (const Item& item : diagram_of(scene, {.only = Only::Calls}).items) {
        EXPECT_EQ(item.kind, ItemKind::Call);
    }
    const Diagram segments = diagram_of(scene, {.only = Only::Segments});
    EXPECT_EQ(segments.items.size(), 4U);
    EXPECT_TRUE(diagram_of(scene, {.connection = 2}).rows.empty());
    const base::Duration second = segments.items[1].begin;
    EXPECT_EQ(diagram_of(scene, {.from = second, .only = Only::Segments}).items.size(), 3U);
    EXPECT_EQ(diagram_of(scene, {.to = second, .only = Only::Segments}).items.size(), 2U);
}

TEST(Diagram, TellsTheStatesFromTheRowOnInWhichTheyBegin) {
    Scene scene;
    scene.open();
    const Diagram diagram = diagram_of(scene, {.only = Only::Segments});
    const std::vector<StateChange> states{{0, 0, 1, tcp::State::SynSent},
                                          {1, 0, 1, tcp::State::Established},
                                          {1, 1, 1, tcp::State::SynReceived},
                                          {2, 1, 1, tcp::State::Established}};
    EXPECT_EQ(diagram.states, states);
}

void expect_no_overlap(const Drawing& drawing) {
    for (std::size_t a = 0; a < drawing.labels.size(); ++a) {
        for (std::size_t b = a + 1; b < drawing.labels.size(); ++b) {
            const Label& one = drawing.labels[a];
            const Label& two = drawing.labels[b];
            const bool apart = std::abs(one.middle.x - two.middle.x) * 2 >= one.width + two.width - 0.01 ||
                               std::abs(one.middle.y - two.middle.y) * 2 >= one.height + two.height - 0.01;
            EXPECT_TRUE(apart) << one.lines.front() << " and " << two.lines.front();
        }
    }
}

TEST(Layout, LetsNoTwoTextsOverlapAndAllStandOnThePage) {
    Scene calls;
    sleep_and_receive(calls);
    Scene wire{Travel::Recorded};
    wire.client.begin_unready(CallKind::Connect);
    for (int i = 0; i < 3; ++i) {
        wire.talk.client().syn();
        wire.is_lost();
    }
    for (Scene* scene : {&calls, &wire}) {
        for (const Scale scale : {Scale::Even, Scale::Time}) {
            const Drawing drawing =
                lay_out(diagram_of(*scene, {.title = "A title that is long enough to be broken"}), scale);
            expect_no_overlap(drawing);
            for (const Label& label : drawing.labels) {
                EXPECT_GE(label.middle.x - label.width / 2, 0) << label.lines.front();
                EXPECT_LE(label.middle.x + label.width / 2, drawing.width) << label.lines.front();
                EXPECT_LE(label.middle.y + label.height / 2, drawing.height) << label.lines.front();
            }
        }
    }
}

TEST(Layout, FitsAHandshakeIntoATextbooksColumn) {
    Scene scene;
    scene.open();
    constexpr double column = 85 / 25.4 * 72;
    EXPECT_LE(lay_out(diagram_of(scene), Scale::Even).width, column);
}

TEST(Layout, SlantsAnArrowByItsWay) {
    Scene scene{Travel::Recorded};
    scene.talk.client().syn();
    scene.client.call(CallKind::Option, 0);
    scene.talk.client().syn();
    scene.arrives(1);
    const Drawing drawing = lay_out(diagram_of(scene), Scale::Even);
    const auto arrow = std::ranges::find_if(drawing.strokes, [](const Stroke& stroke) { return stroke.has_head; });
    ASSERT_NE(arrow, drawing.strokes.end());
    EXPECT_GT(arrow->to.y, arrow->from.y + 8);
}

TEST(TextWidth, BreaksLinesWithinTheirWidthAndLosesNothing) {
    const std::string text = "connect(3, 127.0.0.1:5000) = -1 ECONNREFUSED (Connection refused)";
    std::string joined;
    for (const std::string& line : fitted(text, 7.5, 60)) {
        EXPECT_LE(text_width(line, 7.5), 60) << line;
        joined += line;
    }
    std::string wanted = text;
    std::erase(wanted, ' ');
    std::erase(joined, ' ');
    EXPECT_EQ(joined, wanted);
}

TEST(TextWidth, CutsBetweenCharactersOnly) {
    for (const std::string& line : fitted("\u00e4\u00f6\u00fc\u00e4\u00f6\u00fc", 10, 12)) {
        EXPECT_NE(static_cast<unsigned char>(line.front()) & 0xC0U, 0x80U);
    }
}

TEST(Dot, EscapesWhatWouldBeACommandToGraphviz) {
    Scene scene;
    scene.open();
    const Diagram diagram = diagram_of(scene, {.title = "a\"b\\N <c> & d"});
    const std::string dot = dot_text(diagram, lay_out(diagram, Scale::Even), Theme::Light);
    EXPECT_THAT(dot, HasSubstr("a&quot;b\\\\N &lt;c&gt; &amp; d"));
}

TEST(Dot, TellsBlackAndWhiteByFormsAlone) {
    Scene scene;
    sleep_and_receive(scene);
    const Diagram diagram = diagram_of(scene);
    const std::string dot = dot_text(diagram, lay_out(diagram, Scale::Even), Theme::Print);
    for (std::size_t at = dot.find("color=\"#"); at != std::string::npos; at = dot.find("color=\"#", at + 1)) {
        const std::string colour = dot.substr(at + 8, 6);
        EXPECT_EQ(colour.substr(0, 2), colour.substr(2, 2)) << colour;
        EXPECT_EQ(colour.substr(0, 2), colour.substr(4, 2)) << colour;
    }
}

TEST(Html, LetsNoTextFromOutsideEndTheScriptOrBecomeAnElement) {
    constexpr const char* hostile = "</script><script>alert(1)</script><!--\xe2\x80\xa8@SCRIPT@";
    Scene scene;
    scene.open();
    scene.client.send(hostile);
    scene.talk.client().data(hostile);
    const std::string data = page_data(diagram_of(scene, {.title = hostile}));
    EXPECT_THAT(data, Not(HasSubstr("<")));
    EXPECT_THAT(data, HasSubstr("\\u003c/script\\u003e"));
    EXPECT_THAT(data, HasSubstr("\\u2028"));
    const std::string page = html_page(diagram_of(scene, {.title = hostile}), Theme::Light);
    EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
    EXPECT_THAT(page, HasSubstr(data));
}

}  // namespace
}  // namespace sockstep::render
