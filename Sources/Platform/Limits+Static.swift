extension Limits {
    /// What the console's built files may take in memory.
    public enum Static {
        /// Files; a build has about ten.
        public static let filesMaximum = 512
        /// Bytes of one file.
        public static let fileBytesMaximum = 8_388_608
        /// Bytes of all files together.
        public static let bytesMaximum = 33_554_432
        /// Directories inside each other.
        public static let depthMaximum = 4
    }
}
