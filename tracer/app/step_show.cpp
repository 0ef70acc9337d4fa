// tracer/app/step_show.cpp - what the desk shows: the stop that is now, those that were, and what follows them.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/step_desk.hpp"
#include "os/pseudo_terminal.hpp"
#include "step/request.hpp"

namespace sockstep::app {

namespace {

constexpr std::size_t most_past = 10'000;        // stops that can be gone back to
constexpr std::ptrdiff_t most_happened = 1'000;  // events of one stop, while all runs
constexpr std::chrono::milliseconds longest_stale{200};

/// `earlier` and what came then, the oldest forgotten where it is too much for a screen.
void prepend(const render::Screen& earlier, render::Screen& now) {
    now.happened.insert(now.happened.begin(), earlier.happened.begin(), earlier.happened.end());
    now.forgotten += earlier.forgotten;
    if (const std::ptrdiff_t excess = std::ssize(now.happened) - most_happened; excess > 0) {
        now.happened.erase(now.happened.begin(), now.happened.begin() + excess);
        now.forgotten += static_cast<std::size_t>(excess);
    }
}

}  // namespace

void StepDesk::resized() {
    if (input_.has_keys() && screen_of(shown_)) {
        is_read_ = false;
        redraw();
    }
}

/// What takes longer than to come to rest at once is followed: a screen that shows what was held, and is not, is false.
void StepDesk::refresh_in_time(bool is_idle) {
    const bool is_due = Clock::now() - last_drawn_ > longest_stale;
    if (is_stale_ && is_idle && is_due && !lets_all_go_ && !done_) {
        on(step::Refresh{});
    }
}

void StepDesk::on(const step::Stop&) {
    actions_.catch_up();
    view_.follow();
    is_stale_ = false;
    past_.push_back(view_.look(last_stop() + 1, controller_, actions_));
    if (under_way_) {
        prepend(*under_way_, past_.back());
        under_way_.reset();
    }
    if (past_.size() > most_past) {
        past_.pop_front();
    }
    shown_ = past_.back().stop;
    said_.clear();
    is_read_ = false;
    show(past_.back(), Length::Window);
}

/// Paper takes it into the next stop. While programs run, the last stop stays what it was.
void StepDesk::on(const step::Refresh&) {
    if (!input_.has_keys()) {
        return;
    }
    actions_.catch_up();
    view_.follow();
    is_stale_ = false;
    last_drawn_ = Clock::now();
    render::Screen now = view_.look(last_stop(), controller_, actions_);
    if (controller_.is_stopped() && !past_.empty()) {
        prepend(past_.back(), now);
        past_.back() = std::move(now);
    } else {
        now.is_under_way = true;
        now.reason = controller_.under_way();
        if (under_way_) {
            prepend(*under_way_, now);
        }
        under_way_ = std::move(now);
        shown_ = controller_.shows_present() ? last_stop() + 1 : shown_;
    }
    if (controller_.shows_present() && !is_read_) {
        redraw();
    }
}

void StepDesk::on(const step::ShowStop& step) {
    shown_ = step.stop;
    if (const auto screen = screen_of(step.stop)) {
        show(*screen, Length::Window);
    } else {
        on(step::Say{fmt::format("stop {} is too long ago", step.stop)});
    }
}

void StepDesk::on(const step::ShowWhy&) {
    if (const auto screen = screen_of(shown_)) {
        is_read_ = true;
        show(*screen, Length::WithRules);
    }
}

void StepDesk::on(const step::ShowAll&) {
    if (const auto screen = screen_of(shown_)) {
        is_read_ = true;
        show(*screen, Length::All);
    }
}

void StepDesk::on(const step::ShowHelp&) {
    is_read_ = true;
    constexpr std::size_t usage_width = 21;
    std::string text = input_.has_keys() ? "\r\n" : "";
    for (const step::WordHelp& word : step::help_of_words()) {
        text += render::beside("  " + std::string{word.usage}, usage_width, word.meaning,
                               plan_.output.report().style.width);
    }
    output_.write(text);
    output_.flush();
}

std::optional<render::Screen> StepDesk::screen_of(std::size_t number) const {
    if (number > last_stop() && under_way_) {
        return under_way_;
    }
    const auto found = std::ranges::find(past_, std::min(number, last_stop()), &render::Screen::stop);
    if (found == past_.end()) {
        return std::nullopt;
    }
    render::Screen screen = *found;
    if (number != last_stop() || (under_way_ && !controller_.shows_present())) {
        const std::string before = screen.reason.empty() ? "" : screen.reason + "; ";
        screen.reason = fmt::format("{}the past, of {} stops", before, last_stop());
    }
    return screen;
}

void StepDesk::redraw() {
    on(step::ShowStop{shown_, last_stop()});
}

std::string StepDesk::prompt() const {
    const std::string_view form = step::form_after(input_.line());
    std::string text = "> " + render::printable(input_.line());
    if (form.empty()) {
        return text;
    }
    const std::string dim = render::painted(plan_.output.report().style, render::Paint::Dim, std::string{form});
    return fmt::format("{}{}\x1b[{}D", text, dim, form.size());
}

/// What is longer than the window scrolls through it, and the terminal keeps it.
void StepDesk::show(const render::Screen& screen, Length length) {
    render::Style style = plan_.output.report().style;
    style.why = style.why || length == Length::WithRules;
    if (!input_.has_keys()) {
        output_.write(render::screen(style, report_.timeline(), screen, 0) + "\n");
        output_.flush();
        return;
    }
    const std::vector<std::string> said = render::wrapped(said_, style.width);
    const std::size_t below = 3 + (said_.empty() ? 1 : said.size());  // the keys, the prompt, and what is said
    const os::WindowSize size = os::our_window_size();
    const std::size_t rows = size.rows > below + 5U ? size.rows - below : 5U;
    const bool is_cut = length == Length::Window;
    output_.write("\x1b[H\x1b[2J" + render::screen(style, report_.timeline(), screen, is_cut ? rows : 0));
    output_.write(std::string{step::keys_help()} + "\n");
    for (const std::string& line : said) {
        output_.write(said_.empty() ? "" : line + "\n");
    }
    output_.write(prompt());
    output_.flush();
}

}  // namespace sockstep::app
