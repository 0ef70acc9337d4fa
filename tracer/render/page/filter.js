// tracer/render/page/filter.js
