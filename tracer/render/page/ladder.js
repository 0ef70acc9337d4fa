// tracer/render/page/ladder.js
