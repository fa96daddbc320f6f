package runtime

// Version is the version of this module, without a leading "v".
const Version = "0.1.0"

// IsAtLeastVersion0_1 is a compile-time handshake: generated code that needs
// the runtime of version 0.1 or later names it, so that it does not build
// against an older one. Each release that generated code comes to depend on
// adds such a constant, and none is ever removed before version 2 (an idea of
// connectrpc.com/connect).
const IsAtLeastVersion0_1 = true
