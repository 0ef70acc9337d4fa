// tracer/render/page/data.js
