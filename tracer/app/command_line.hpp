// tracer/app/command_line.hpp - the name of what options are added to, for headers.
#pragma once

namespace CLI {  // NOLINT(readability-identifier-naming)

/// CLI11's own header takes longer to compile than all others of this project together: only who adds options needs it.
class App;

}  // namespace CLI
