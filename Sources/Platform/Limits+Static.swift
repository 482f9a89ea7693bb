extension Limits {
    /// What the console's built files may take in memory.
    public enum Static {
        /// Files; a build has about ten, most of them in three codings.
        public static let filesMaximum = 512
        /// Bytes of one file.
        public static let fileBytesMaximum = 8_388_608
        /// Bytes of all files together.
        public static let bytesMaximum = 33_554_432
        /// Directories inside each other.
        public static let depthMaximum = 4
        /// Ranges of one request; players and downloads ask for one or two.
        public static let rangesMaximum = 8
    }
}
