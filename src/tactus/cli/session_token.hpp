// The session token of a workspace, kept between starts of the server so that an open page goes on
// after a restart.
#pragma once

#include <string>

namespace tactus::cli {

// The token kept for `workspace` under the user's state folder (XDG_STATE_HOME, else
// ~/.local/state), in a file that only the user can read; made when there is none, or when the one
// there could be read or written by others. Where none can be kept, a token for this start alone.
// Never empty.
std::string session_token(const std::string& workspace);

}  // namespace tactus::cli
