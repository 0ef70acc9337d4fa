// tracer/correlate/correlator.cpp - takes records in, and lets the joins do their work.
#include "correlate/correlator.hpp"

#include <utility>
#include <variant>

#include "correlate/joins.hpp"

namespace sockstep::correlate {

Correlator::Correlator(std::uint64_t hash_seed, Travel travel) : joins_{std::make_unique<Joins>(hash_seed, travel)} {}

Correlator::~Correlator() = default;

void Correlator::add(const record::Frame& frame) {
    joins_->add(frame);
}

void Correlator::add(record::Event event) {
    std::visit([this](auto&& each) { joins_->add(std::forward<decltype(each)>(each)); }, std::move(event));
}

void Correlator::add(const record::Passage& passage) {
    joins_->add(passage);
}

void Correlator::finish() {
    joins_->finish();
}

const Timeline& Correlator::timeline() const {
    return joins_->timeline();
}

}  // namespace sockstep::correlate
