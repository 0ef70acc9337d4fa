// tracer/render/page/view.js
