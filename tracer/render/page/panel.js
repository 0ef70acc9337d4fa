// tracer/render/page/panel.js
