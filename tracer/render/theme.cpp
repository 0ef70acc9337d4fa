// tracer/render/theme.cpp - three themes; forms are the same in all, so colours are never all that tells.
#include "render/theme.hpp"

#include <array>
#include <cstddef>

namespace sockstep::render {

namespace {

/// Light, dark, print.
using Colours = std::array<std::string_view, 3>;

constexpr Colours black{"#1a1a1a", "#eeeeee", "#000000"};
constexpr Colours grey{"#595959", "#b0b0b0", "#404040"};
constexpr Colours blue{"#1f4e9c", "#8ab4f8", "#000000"};
constexpr Colours green{"#1b6b3a", "#7fd19b", "#000000"};
constexpr Colours orange{"#8f4a00", "#f2b366", "#000000"};
constexpr Colours red{"#b00020", "#ff8a80", "#000000"};
constexpr Colours violet{"#6a2c91", "#cfa2ee", "#000000"};
constexpr Colours line{"#8a8a8a", "#8a8a8a", "#707070"};
constexpr Colours asleep{"#f6d9a8", "#6b4a12", "#cccccc"};
constexpr Colours running{"#1f4e9c", "#8ab4f8", "#000000"};

}  // namespace

Look look_of(Ink ink, Theme theme) {
    const auto in = [theme](const Colours& colours) { return colours.at(static_cast<std::size_t>(theme)); };
    switch (ink) {
        case Ink::Title:
        case Ink::Host:
        case Ink::Text:
            return {in(black)};
        case Ink::Lifeline:
            return {in(line), "", "solid", 0.7};
        case Ink::Faint:
            return {in(grey), "", "solid", 0.5};
        case Ink::State:
            return {in(violet)};
        case Ink::Client:
            return {in(blue), "", "solid", 0.9};
        case Ink::Server:
            return {in(green), "", "solid", 0.9};
        case Ink::Repeat:
            return {in(orange), "", "dashed", 0.9};
        case Ink::Alarm:
            return {in(red), "", "solid", 1.2};
        case Ink::Running:
            return {in(running), in(running), "solid", 0.5};
        case Ink::Asleep:
            return {in(black), in(asleep), "solid", 0.5};
        case Ink::Wake:
            return {in(orange), "", "dotted", 0.9};
        case Ink::Cause:
            return {in(grey), "", "dashed", 0.5};
    }
    return {in(black)};
}

std::string_view background_of(Theme theme) {
    return theme == Theme::Dark ? "#1e1e1e" : "#ffffff";
}

}  // namespace sockstep::render
