// tracer/render/page/control.js
