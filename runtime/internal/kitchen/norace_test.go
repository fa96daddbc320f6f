//go:build !race

package kitchen

// race says that the race detector makes everything slow.
const race = false
