//! The time that an epoch takes, where there is a clock.

#[cfg(feature = "std")]
pub(super) struct Clock(std::time::Instant);
#[cfg(not(feature = "std"))]
pub(super) struct Clock;

impl Clock {
    pub(super) fn start() -> Self {
        #[cfg(feature = "std")]
        return Self(std::time::Instant::now());
        #[cfg(not(feature = "std"))]
        return Self;
    }

    pub(super) fn seconds(&self) -> Option<f32> {
        #[cfg(feature = "std")]
        return Some(self.0.elapsed().as_secs_f32());
        #[cfg(not(feature = "std"))]
        return None;
    }
}
