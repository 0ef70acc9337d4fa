// tracer/render/layout_rows.hpp - the texts of each row of a drawing, and how high it is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "render/diagram.hpp"
#include "render/drawing.hpp"
#include "render/layout_columns.hpp"

namespace sockstep::render {

/// A text in its row.
struct RowText {
    double x = 0;    // of its left end, middle or right end
    double top = 0;  // below the row's top
    double width = 0;
    double size = font;
    std::vector<std::string> lines;
    Align align = Align::Left;
    Ink ink = Ink::Text;
    std::optional<std::size_t> item{};
};

/// Two texts of a row stand below each other, or in different lanes.
class Rows {
public:
    Rows(const Diagram& diagram, const Columns& columns);

    const std::vector<RowText>& texts(std::size_t row) const { return rows_[row].texts; }
    double height(std::size_t row) const { return rows_[row].height; }
    /// Where arrows and bars meet the lifeline, below the row's top.
    double anchor(std::size_t row) const { return rows_[row].anchor; }

private:
    struct Sizes {
        std::vector<RowText> texts;
        double height = 0;
        double anchor = 0;
    };

    void beside(Sizes& row, std::size_t line, const std::string& text, double size, Ink ink, std::size_t item);
    void above_arrow(Sizes& row, const Item& item, std::size_t place);
    void fill(Sizes& row, const Row& what);
    void across(Sizes& row, const Item& item, std::size_t place) const;

    const Diagram& diagram_;
    const Columns& columns_;
    std::vector<Sizes> rows_;
    std::vector<double> used_;  // of the row that is being filled: how far down each lane is taken
};

/// What lies between a row and the one before it.
struct Gap {
    double extra = 0;      // points
    bool to_scale = true;  // the distance of the two rows is their time's
    std::string text{};    // what has been left out
};

std::vector<Gap> gaps_of(const Diagram& diagram, const Rows& rows, Scale scale);

}  // namespace sockstep::render
