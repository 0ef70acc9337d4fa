// tracer/render/layout.cpp - rows from top to bottom, each as high as its texts, so that none overlap.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/timestamp.hpp"
#include "explain/words.hpp"
#include "render/drawing.hpp"
#include "render/layout_columns.hpp"
#include "render/layout_rows.hpp"
#include "render/text_width.hpp"

namespace sockstep::render {

namespace {

constexpr double cross = 3.2;

class Layout {
public:
    Layout(const Diagram& diagram, Scale scale)
        : diagram_{diagram}, columns_{columns_of(diagram, scale)}, rows_{diagram, columns_}, scale_{scale} {}

    Drawing make() {
        double top = heading();
        place_rows(top);
        lifelines(top);
        for (std::size_t row = 0; row < diagram_.rows.size(); ++row) {
            for (const RowText& text : rows_.texts(row)) {
                label(text, tops_[row]);
            }
        }
        for (std::size_t i = 0; i < diagram_.items.size(); ++i) {
            draw(i);
        }
        drawing_.width = columns_.width;
        drawing_.height = bottom_ + margin;
        return std::move(drawing_);
    }

private:
    /// The title and who stands where. Returns where the rows begin.
    double heading() {
        double y = margin;
        if (!diagram_.title.empty()) {
            y = centred(diagram_.title, columns_.width / 2, columns_.width - 2 * margin, y, 9, Ink::Title) + margin;
        }
        double names = y;
        for (std::size_t i = 0; i < diagram_.lifelines.size(); ++i) {
            const Lifeline& line = diagram_.lifelines[i];
            if (i == 0 || diagram_.lifelines[i - 1].host != line.host || diagram_.lifelines[i - 1].side != line.side) {
                std::size_t last = i;
                while (last + 1 < diagram_.lifelines.size() && diagram_.lifelines[last + 1].host == line.host &&
                       diagram_.lifelines[last + 1].side == line.side) {
                    ++last;
                }
                const double middle = (columns_.x[i] + columns_.x[last]) / 2;
                names = std::max(names, centred(line.host, middle, room(i, last), y, font, Ink::Host));
            }
        }
        double next = names;
        for (std::size_t i = 0; i < diagram_.lifelines.size(); ++i) {
            if (!diagram_.lifelines[i].name.empty()) {
                next = std::max(
                    next, centred(diagram_.lifelines[i].name, columns_.x[i], room(i, i), names, small, Ink::Faint));
            }
        }
        return next + 2;
    }

    /// How wide a text may be above the lifelines from `first` to `last` without meeting the next one's.
    double room(std::size_t first, std::size_t last) const {
        const double left =
            first == 0 ? 2 * (columns_.x[first] - columns_.axis) : columns_.x[first] - columns_.x[first - 1];
        const double right = last + 1 == columns_.x.size() ? 2 * (columns_.width - columns_.x[last])
                                                           : columns_.x[last + 1] - columns_.x[last];
        return columns_.x[last] - columns_.x[first] + std::min(left, right) - margin;
    }

    double centred(const std::string& text, double x, double width, double y, double size, Ink ink) {
        const std::vector<std::string> lines = fitted(text, size, width);
        const double height = static_cast<double>(lines.size()) * line_height * size / font;
        double widest = 0;
        for (const std::string& line : lines) {
            widest = std::max(widest, text_width(line, size));
        }
        drawing_.labels.push_back({{x, y + height / 2}, widest, height, size, lines, Align::Middle, ink, {}});
        return y + height;
    }

    void place_rows(double top) {
        double y = top;
        const std::vector<Gap> gaps = gaps_of(diagram_, rows_, scale_);
        for (std::size_t row = 0; row < diagram_.rows.size(); ++row) {
            if (row > 0 && scale_ == Scale::Time) {
                axis(y - rows_.height(row - 1) + rows_.anchor(row - 1), y + gaps[row].extra + rows_.anchor(row),
                     gaps[row]);
            }
            y += gaps[row].extra;
            tops_.push_back(y);
            if (scale_ == Scale::Time) {
                time(row, y + rows_.anchor(row));
            }
            y += rows_.height(row);
        }
        bottom_ = y + margin;
        if (scale_ == Scale::Time) {
            const std::string about = "Dashed: not to scale.";
            bottom_ = centred(about, columns_.axis + (columns_.width - columns_.axis) / 2,
                              columns_.width - columns_.axis, bottom_, small, Ink::Faint);
        }
    }

    /// The axis between two rows: whole where distances are times.
    void axis(double from, double to, const Gap& gap) {
        const double x = columns_.axis - margin;
        drawing_.strokes.push_back({{x, from}, {x, to}, gap.to_scale ? Ink::Faint : Ink::Cause, false, {}});
        if (!gap.text.empty()) {
            const double width = text_width(gap.text, small);
            const double y = to - gap.extra / 2 - 6;
            drawing_.labels.push_back(
                {{x - margin - width / 2, y}, width, line_height, small, {gap.text}, Align::Right, Ink::Faint, {}});
        }
    }

    /// What happens at the same row's height has one time; it is told if there is room below the last one.
    void time(std::size_t row, double y) {
        const std::string text = base::seconds(diagram_.rows[row].at, 4);
        const double x = columns_.axis - margin;
        drawing_.strokes.push_back({{x - 2, y}, {x, y}, Ink::Faint, false, {}});
        const double width = text_width(text, small);
        drawing_.labels.push_back(
            {{x - margin - width / 2, y}, width, line_height - 1, small, {text}, Align::Right, Ink::Faint, {}});
    }

    void lifelines(double top) {
        for (const double x : columns_.x) {
            drawing_.strokes.push_back({{x, top}, {x, bottom_of_rows()}, Ink::Lifeline, false, {}});
        }
    }

    double bottom_of_rows() const {
        return tops_.empty() ? bottom_ : tops_.back() + rows_.height(tops_.size() - 1) + 2;
    }

    void label(const RowText& text, double top) {
        const double height = static_cast<double>(text.lines.size()) * line_height;
        double x = text.x;
        if (text.align == Align::Left) {
            x += text.width / 2;
        } else if (text.align == Align::Right) {
            x -= text.width / 2;
        }
        drawing_.labels.push_back({{x, top + text.top + height / 2},
                                   text.width,
                                   height,
                                   text.size,
                                   text.lines,
                                   text.align,
                                   text.ink,
                                   text.item});
    }

    double y_of(std::size_t row) const { return tops_[row] + rows_.anchor(row); }

    void draw(std::size_t i) {
        const Item& item = diagram_.items[i];
        if (item.kind == ItemKind::Segment) {
            arrow(i, item);
        } else if (item.kind == ItemKind::Call) {
            call(i, item);
        }
        wakes(i, item);
    }

    void call(std::size_t i, const Item& item) {
        const double x = columns_.x[item.lifeline];
        const bool sleeps = item.blocked || item.goes_on;
        const double from = item.began_before ? tops_.front() : y_of(item.row);
        const double to = item.goes_on ? bottom_of_rows() : y_of(item.end_row);
        const double height = std::max(to - from, 4.0);
        drawing_.boxes.push_back({{x, from + height / 2}, bar, height, sleeps ? Ink::Asleep : Ink::Running, i});
    }

    void arrow(std::size_t i, const Item& item) {
        const double edge = columns_.x[item.lifeline] < columns_.x[item.peer] ? bar / 2 : -bar / 2;
        const Point from{columns_.x[item.lifeline] + edge, y_of(item.row)};
        const double to = columns_.x[item.peer] - edge;
        const bool from_client = diagram_.lifelines[item.lifeline].side == tcp::Side::Client;
        const Ink ink = item.alarming  ? Ink::Alarm
                        : item.repeats ? Ink::Repeat
                        : from_client  ? Ink::Client
                                       : Ink::Server;
        for (const std::size_t cause : item.causes) {
            const Item& call = diagram_.items[cause];
            if (call.lifeline != item.lifeline) {
                drawing_.strokes.push_back({{columns_.x[call.lifeline], y_of(call.row)}, from, Ink::Cause, true, i});
            }
        }
        for (const ArrowEnd& end : item.ends) {
            const bool lost = end.what != ArrowEnd::What::Arrives;
            const double part = end.what == ArrowEnd::What::Lost ? 0.6 : 1;
            const Point tip{from.x + (to - from.x) * part, y_of(end.row)};
            drawing_.strokes.push_back({from, tip, ink, !lost, i});
            if (lost) {
                drawing_.strokes.push_back(
                    {{tip.x - cross, tip.y - cross}, {tip.x + cross, tip.y + cross}, Ink::Alarm, false, i});
                drawing_.strokes.push_back(
                    {{tip.x - cross, tip.y + cross}, {tip.x + cross, tip.y - cross}, Ink::Alarm, false, i});
            }
        }
        if (item.ends.empty()) {  // under way, or held: it has left, and that is all
            drawing_.strokes.push_back({from, {from.x + (to - from.x) / 4, from.y + 4}, ink, false, i});
        }
    }

    /// From where it arrives to where the call that it woke returns.
    void wakes(std::size_t i, const Item& item) {
        for (const std::size_t woken : item.woke) {
            const Item& call = diagram_.items[woken];
            const Point end{columns_.x[call.lifeline], y_of(call.end_row)};
            Point begin{columns_.x[item.lifeline], y_of(item.row)};
            if (item.kind == ItemKind::Segment) {
                const auto arrival = std::ranges::find(item.ends, ArrowEnd::What::Arrives, &ArrowEnd::what);
                if (arrival == item.ends.end()) {
                    continue;
                }
                begin = {columns_.x[item.peer], y_of(arrival->row)};
            }
            const bool same = std::abs(begin.x - end.x) < 1;  // a small bend, or the bar would hide it
            const double inner = diagram_.lifelines[call.lifeline].side == tcp::Side::Client ? 1 : -1;
            if (same) {
                const Point bend{begin.x + inner * 9, (begin.y + end.y) / 2};
                drawing_.strokes.push_back({begin, bend, Ink::Wake, false, i});
                drawing_.strokes.push_back({bend, {end.x + inner * bar / 2, end.y}, Ink::Wake, false, i});
            } else {
                const double side = begin.x < end.x ? -1 : 1;
                drawing_.strokes.push_back({begin, {end.x + side * bar / 2, end.y}, Ink::Wake, true, i});
            }
        }
    }

    const Diagram& diagram_;
    Columns columns_;
    Rows rows_;
    Scale scale_;
    Drawing drawing_;
    std::vector<double> tops_;
    double bottom_ = 0;
};

}  // namespace

Drawing lay_out(const Diagram& diagram, Scale scale) {
    return Layout{diagram, scale}.make();
}

}  // namespace sockstep::render
