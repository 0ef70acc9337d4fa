// tracer/render/layout_rows.cpp - texts beside lifelines and above arrows, and the room that time takes.
#include "render/layout_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/timestamp.hpp"
#include "render/text_width.hpp"

namespace sockstep::render {

namespace {

constexpr double between_rows = 2.5;
constexpr double least_height = 8;
constexpr double longest_gap = 60;

double widest_of(const std::vector<std::string>& lines, double size) {
    double widest = 0;
    for (const std::string& line : lines) {
        widest = std::max(widest, text_width(line, size));
    }
    return widest;
}

}  // namespace

Rows::Rows(const Diagram& diagram, const Columns& columns) : diagram_{diagram}, columns_{columns} {
    std::size_t change = 0;
    for (std::size_t i = 0; i < diagram.rows.size(); ++i) {
        used_.assign(diagram.lifelines.size(), 0);
        Sizes row;
        fill(row, diagram.rows[i]);
        for (; change < diagram.states.size() && diagram.states[change].row == i; ++change) {
            const StateChange& state = diagram.states[change];
            const std::string of = diagram.connections.size() > 1 && state.connection != 0
                                       ? fmt::format("{}: ", state.connection)
                                       : std::string{};
            beside(row, state.lifeline, of + std::string{tcp::name(state.state)}, small, Ink::State,
                   diagram.rows[i].item);
        }
        row.height = std::max(row.height, least_height) + between_rows;
        row.anchor = row.anchor == 0 ? std::min(line_height / 2, row.height - between_rows) : row.anchor;
        rows_.push_back(std::move(row));
    }
}

/// At the outer side of a lifeline, below what stands there already.
void Rows::beside(Sizes& row, std::size_t line, const std::string& text, double size, Ink ink, std::size_t item) {
    const bool is_left = diagram_.lifelines[line].side == tcp::Side::Client;
    RowText placed;
    placed.size = size;
    placed.lines = fitted(text, size, columns_.lane[line] - bar / 2 - 2 * margin);
    placed.width = widest_of(placed.lines, size);
    placed.x = columns_.x[line] + (is_left ? -1 : 1) * (bar / 2 + 2);
    placed.align = is_left ? Align::Right : Align::Left;
    placed.ink = ink;
    placed.item = item;
    placed.top = used_[line];
    used_[line] += static_cast<double>(placed.lines.size()) * line_height;
    row.height = std::max(row.height, used_[line]);
    if (!placed.lines.empty()) {
        row.texts.push_back(std::move(placed));
    }
}

/// Where it leaves; the arrow begins below.
void Rows::above_arrow(Sizes& row, const Item& item, std::size_t place) {
    const bool rightwards = columns_.x[item.peer] > columns_.x[item.lifeline];
    double top = 0;
    const auto add = [&](const std::string& text, double size, Ink ink) {
        RowText placed;
        placed.size = size;
        placed.lines = fitted(text, size, columns_.arrow_text - 3 * margin);
        placed.width = widest_of(placed.lines, size);
        placed.x = columns_.x[item.lifeline] + (rightwards ? 1 : -1) * 2 * margin;
        placed.align = rightwards ? Align::Left : Align::Right;
        placed.ink = ink;
        placed.item = place;
        placed.top = top;
        top += static_cast<double>(placed.lines.size()) * line_height;
        if (!placed.lines.empty()) {
            row.texts.push_back(std::move(placed));
        }
    };
    const std::string of =
        diagram_.connections.size() > 1 ? fmt::format("connection {}: ", item.connection) : std::string{};
    add(of + item.text, font, item.alarming ? Ink::Alarm : Ink::Text);
    add(item.data, font, Ink::Text);
    add(item.detail, small, Ink::Faint);
    add(item.notes, small, Ink::Alarm);
    row.anchor = top + 1;
    row.height = std::max(row.height, top + 3);
}

void Rows::across(Sizes& row, const Item& item, std::size_t place) const {
    RowText placed;
    placed.lines = fitted(item.text, font, columns_.width - columns_.axis - 2 * margin);
    placed.width = widest_of(placed.lines, font);
    placed.x = columns_.axis + (columns_.width - columns_.axis) / 2;
    placed.align = Align::Middle;
    placed.ink = Ink::Alarm;
    placed.item = place;
    row.height = static_cast<double>(placed.lines.size()) * line_height;
    row.texts.push_back(std::move(placed));
}

void Rows::fill(Sizes& row, const Row& what) {
    const Item& item = diagram_.items[what.item];
    if (what.what == Row::What::ArrowEnds) {
        const ArrowEnd& end = item.ends[what.end];
        const std::string name = fmt::format("#{}", item.id);
        if (end.what == ArrowEnd::What::Damaged) {
            beside(row, item.peer, name + " is damaged: dropped", font, Ink::Alarm, what.item);
        } else if (end.again) {
            beside(row, item.peer, name + " a second time", font, Ink::Text, what.item);
        }
        return;
    }
    if (item.kind == ItemKind::Segment) {
        above_arrow(row, item, what.item);
    } else if (item.kind == ItemKind::Frame) {
        across(row, item, what.item);
    } else {
        const bool ends = what.what == Row::What::Ends;
        beside(row, item.lifeline, ends ? item.end_text : item.text, font, item.alarming ? Ink::Alarm : Ink::Text,
               what.item);
        if (ends) {
            beside(row, item.lifeline, item.slept, small, Ink::Faint, what.item);
        }
    }
}

std::vector<Gap> gaps_of(const Diagram& diagram, const Rows& rows, Scale scale) {
    std::vector<Gap> gaps(diagram.rows.size());
    if (scale == Scale::Even || diagram.rows.size() < 2) {
        return gaps;
    }
    std::vector<double> steps;  // nanoseconds
    for (std::size_t row = 1; row < diagram.rows.size(); ++row) {
        steps.push_back(static_cast<double>((diagram.rows[row].at - diagram.rows[row - 1].at).count()));
    }
    // So that a step longer than nine in ten takes what is left of the longest gap.
    std::vector<double> sorted = steps;
    std::ranges::sort(sorted);
    const double long_step = std::max(sorted[sorted.size() * 9 / 10], 1.0);
    const double points = longest_gap / long_step;
    for (std::size_t row = 1; row < diagram.rows.size(); ++row) {
        const double least = rows.height(row - 1) - rows.anchor(row - 1) + rows.anchor(row);
        const double wanted = steps[row - 1] * points;
        Gap& gap = gaps[row];
        gap.extra = std::clamp(wanted - least, 0.0, longest_gap);
        gap.to_scale = wanted >= least && wanted - least <= longest_gap;
        if (wanted - least > longest_gap) {
            gap.text = base::to_string(base::Duration{static_cast<std::int64_t>(steps[row - 1])});
        }
    }
    return gaps;
}

}  // namespace sockstep::render
