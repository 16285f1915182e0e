private import Glibc

/// The window that a descriptor writes to.
public enum TerminalWindow {
    /// Its width in characters; nil where the descriptor is no terminal, or its width is not known.
    ///
    /// - Source: `TIOCGWINSZ` of ioctl_tty(2).
    public static func columns(of descriptor: Int32) -> Int? {
        var size = winsize()
        // Safe: the kernel fills the one structure and keeps no pointer to it.
        let status = unsafe ioctl(descriptor, UInt(TIOCGWINSZ), &size)
        return status == 0 && size.ws_col > 0 ? Int(size.ws_col) : nil
    }
}
