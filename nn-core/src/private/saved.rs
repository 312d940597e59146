//! What a network can be saved as and read from: [`weights`](crate::weights) as methods.

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
    };
}
