//! Bytes and files of a network: [`weights`](crate::weights) as methods.

/// Methods of a network that need no heap.
#[doc(hidden)]
#[macro_export]
macro_rules! __saved {
    () => {
        /// The bytes that [`write_to`](Self::write_to) writes.
        #[allow(unreachable_pub)] // Which it is where this crate tests itself.
        pub const SAVED_BYTES: $crate::__private::usize =
            $crate::__private::weights::saved_bytes::<Self>();

        /// Writes the network to the front of `buffer` as [`SAVED_BYTES`](Self::SAVED_BYTES) bytes, little endian on every machine, with the
        /// fingerprint of its architecture and a checksum; returns their number.
        ///
        /// # Errors
        ///
        /// If the buffer is too short.
        #[allow(unreachable_pub)]
        pub fn write_to(
            &self,
            buffer: &mut [$crate::__private::u8],
        ) -> $crate::Result<$crate::__private::usize> {
            $crate::__private::weights::write_to(self, buffer)
        }

        /// A network from what [`write_to`](Self::write_to) wrote.
        ///
        /// # Errors
        ///
        /// If these are not all the bytes of a network of this architecture, as they were written.
        #[allow(unreachable_pub)]
        pub fn from_bytes(bytes: &[$crate::__private::u8]) -> $crate::Result<Self> {
            $crate::__private::weights::from_bytes(bytes)
        }

        /// Overwrites the network with what [`write_to`](Self::write_to) wrote.
        ///
        /// # Errors
        ///
        /// If these are not all the bytes of a network of this architecture, as they were written. The network is as it was then.
        #[allow(unreachable_pub)]
        pub fn read_from(&mut self, bytes: &[$crate::__private::u8]) -> $crate::Result<()> {
            $crate::__private::weights::read_from(self, bytes)
        }

        /// [`read_from`](Self::read_from) that refuses weights which are not finite numbers.
        ///
        /// # Errors
        ///
        /// As `read_from`, and if a weight is not finite. The network is as it was then.
        #[allow(unreachable_pub)]
        pub fn read_finite_from(&mut self, bytes: &[$crate::__private::u8]) -> $crate::Result<()> {
            $crate::__private::weights::read_finite_from(self, bytes)
        }

        $crate::__files!();
    };
}

/// Methods of a network that need files.
#[doc(hidden)]
#[macro_export]
#[cfg(feature = "std")]
macro_rules! __files {
    () => {
        /// Writes the network to a safetensors file. The file is there whole or not at all, also after a crash, which leaves the old one.
        ///
        /// # Errors
        ///
        /// If the file cannot be written.
        #[allow(unreachable_pub)]
        pub fn save(
            &self,
            path: impl $crate::__private::AsRef<$crate::__private::FilePath>,
        ) -> $crate::__private::core::result::Result<(), $crate::weights::FileError> {
            self.save_as(path, $crate::weights::Layout::Native)
        }

        /// [`save`](Self::save) with another library's names and orders of axes.
        ///
        /// # Errors
        ///
        /// As `save`, and if that library has no such layer.
        #[allow(unreachable_pub)]
        pub fn save_as(
            &self,
            path: impl $crate::__private::AsRef<$crate::__private::FilePath>,
            layout: $crate::weights::Layout,
        ) -> $crate::__private::core::result::Result<(), $crate::weights::FileError> {
            $crate::weights::save(self, path, layout)
        }

        /// A network from a file that [`save`](Self::save) wrote.
        ///
        /// # Errors
        ///
        /// If the file cannot be read, or does not have exactly the tensors of this network.
        #[allow(unreachable_pub)]
        pub fn load(
            path: impl $crate::__private::AsRef<$crate::__private::FilePath>,
        ) -> $crate::__private::core::result::Result<Self, $crate::weights::FileError> {
            Self::load_with(path, $crate::weights::Load::new())
        }

        /// [`load`](Self::load) of another library's files, or with other conditions.
        ///
        /// # Errors
        ///
        /// As `load`.
        #[allow(unreachable_pub)]
        pub fn load_with(
            path: impl $crate::__private::AsRef<$crate::__private::FilePath>,
            load: $crate::weights::Load,
        ) -> $crate::__private::core::result::Result<Self, $crate::weights::FileError> {
            $crate::weights::load(path, load)
        }

        /// [`load`](Self::load) in place on the heap: the network never passes over the stack.
        ///
        /// # Errors
        ///
        /// As `load`.
        #[allow(unreachable_pub)]
        pub fn load_boxed(
            path: impl $crate::__private::AsRef<$crate::__private::FilePath>,
        ) -> $crate::__private::core::result::Result<
            $crate::__private::Box<Self>,
            $crate::weights::FileError,
        > {
            $crate::weights::load_boxed(path, $crate::weights::Load::new())
        }

        /// Overwrites the network with a file that [`save`](Self::save) wrote.
        ///
        /// # Errors
        ///
        /// As `load`. The network is as it was then.
        #[allow(unreachable_pub)]
        pub fn load_into(
            &mut self,
            path: impl $crate::__private::AsRef<$crate::__private::FilePath>,
        ) -> $crate::__private::core::result::Result<(), $crate::weights::FileError> {
            self.load_into_with(path, $crate::weights::Load::new())
        }

        /// [`load_into`](Self::load_into) of another library's files, or with other conditions.
        ///
        /// # Errors
        ///
        /// As `load`. The network is as it was then.
        #[allow(unreachable_pub)]
        pub fn load_into_with(
            &mut self,
            path: impl $crate::__private::AsRef<$crate::__private::FilePath>,
            load: $crate::weights::Load,
        ) -> $crate::__private::core::result::Result<(), $crate::weights::FileError> {
            $crate::weights::load_into(self, path, load)
        }
    };
}

/// Without `std` there are no files.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "std"))]
macro_rules! __files {
    () => {};
}
