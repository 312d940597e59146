use crate::error::{Error, Result, Set};
use rand::Rng;
use rand::seq::SliceRandom;

/// The parts of a data set, each in random order.
#[derive(Debug, PartialEq)]
pub struct Split<'a, T> {
    /// The part to train on.
    pub train: &'a mut [T],
    /// The part to choose by: when to stop, which network to keep.
    pub validation: &'a mut [T],
    /// The part to report on.
    pub test: &'a mut [T],
}

/// Shuffles the samples and cuts them into three parts, in place.
///
/// `validation` and `test` are fractions of all samples, 0 if the part is not wanted; each is rounded to whole samples.
/// The same generator gives the same split.
///
/// # Errors
///
/// If there are no samples, or a part that is wanted gets none.
pub fn split<'a, T, R: Rng + ?Sized>(
    samples: &'a mut [T],
    validation: f64,
    test: f64,
    rng: &mut R,
) -> Result<Split<'a, T>> {
    check(samples.len(), validation, test)?;
    samples.shuffle(rng);
    let (test_len, validation_len) = (share(test, samples.len()), share(validation, samples.len()));
    cut(samples, (validation, validation_len), (test, test_len))
}

/// [`split`] that keeps the classes in the same proportions in each part, to whole samples of each class.
///
/// ```
/// use nn_core::data::split_by_class;
/// use nn_core::rand::{SeedableRng, rngs::SmallRng};
///
/// let mut samples = [(0.1, 'a'), (0.2, 'b'), (0.3, 'a'), (0.4, 'b'), (0.5, 'b'), (0.6, 'b')];
/// let mut rng = SmallRng::seed_from_u64(1);
/// let parts = split_by_class(&mut samples, 0.0, 0.5, &mut rng, |(_, class)| *class)?;
/// assert_eq!(parts.test.iter().filter(|(_, class)| *class == 'a').count(), 1);
/// assert_eq!(parts.test.iter().filter(|(_, class)| *class == 'b').count(), 2);
/// # Ok::<(), nn_core::Error>(())
/// ```
///
/// # Errors
///
/// If there are no samples, a part that is wanted gets none, or a sample is found to be of two classes.
pub fn split_by_class<'a, T, C: Ord, R: Rng + ?Sized>(
    samples: &'a mut [T],
    validation: f64,
    test: f64,
    rng: &mut R,
    class: impl Fn(&T) -> C,
) -> Result<Split<'a, T>> {
    check(samples.len(), validation, test)?;
    samples.shuffle(rng);
    sort(samples, &class);
    let test_len = to_front(samples, test, &class)?;
    let rest = samples.get_mut(test_len..).unwrap_or_default();
    let validation_len = to_front(rest, validation / (1.0 - test), &class)?;
    let parts = cut(samples, (validation, validation_len), (test, test_len))?;
    for part in [&mut *parts.train, &mut *parts.validation, &mut *parts.test] {
        part.shuffle(rng);
    }
    Ok(parts)
}

/// Sorts by class (heapsort, R. W. Floyd 1964). The standard library's sorts may panic where the same sample is of another class when it
/// is asked for again.
fn sort<T, C: Ord>(samples: &mut [T], class: impl Fn(&T) -> C) {
    let mut end = samples.len();
    for root in (0..end / 2).rev() {
        sift_down(samples, root, &class);
    }
    while end > 1 {
        end -= 1;
        samples.swap(0, end);
        sift_down(samples.get_mut(..end).unwrap_or_default(), 0, &class);
    }
}

/// Moves the sample at `root` below those of greater classes, where both samples below it are roots of heaps already.
fn sift_down<T, C: Ord>(heap: &mut [T], mut root: usize, class: impl Fn(&T) -> C) {
    let of = |heap: &[T], at: usize| heap.get(at).map(&class);
    loop {
        let left = 2 * root + 1;
        let right = of(heap, left + 1) > of(heap, left);
        let child = if right { left + 1 } else { left };
        if of(heap, child) <= of(heap, root) {
            return;
        }
        heap.swap(root, child);
        root = child;
    }
}

/// Moves a share of each class, whose samples are side by side, to the front; returns how many that are.
fn to_front<T, C: Ord>(samples: &mut [T], fraction: f64, class: impl Fn(&T) -> C) -> Result<usize> {
    let (mut front, mut start) = (0, 0);
    let mut before = None;
    while let Some(this) = samples.get(start).map(&class) {
        let others = samples.get(start..).unwrap_or_default();
        let of_this = others.iter().take_while(|sample| class(sample) == this);
        let len = of_this.count();
        // Sorted by what each sample is of, no class comes twice.
        if len == 0 || before.is_some_and(|before| before >= this) {
            return Err(Error::Classes);
        }
        let wanted = share(fraction, len);
        if let Some(moved) = samples.get_mut(front..start + wanted) {
            moved.rotate_right(wanted);
        }
        front += wanted;
        start += len;
        before = Some(this);
    }
    Ok(front)
}

/// The fraction of `len`, rounded to a whole number.
fn share(fraction: f64, len: usize) -> usize {
    (libm::round(fraction * len as f64) as usize).min(len)
}

fn check(samples: usize, validation: f64, test: f64) -> Result<()> {
    if samples == 0 {
        return Err(Error::Empty { set: Set::Data });
    }
    for (name, value) in [("validation", validation), ("test", test)] {
        if !(0.0..1.0).contains(&value) {
            let expected = "a fraction from 0 to below 1";
            return Err(Error::Option {
                name,
                value,
                expected,
            });
        }
    }
    if validation + test >= 1.0 {
        return Err(Error::Option {
            name: "validation + test",
            value: validation + test,
            expected: "fractions that leave something to train on",
        });
    }
    Ok(())
}

/// Test at the front, validation behind it, the rest to train on.
fn cut<T>(
    samples: &mut [T],
    (validation, validation_len): (f64, usize),
    (test, test_len): (f64, usize),
) -> Result<Split<'_, T>> {
    let (test_part, rest) = samples.split_at_mut(test_len);
    // Each is rounded by itself, so together they can be one more than there are.
    let validation_len = validation_len.min(rest.len());
    let (validation_part, train) = rest.split_at_mut(validation_len);
    let expected = "a fraction that gives each part a sample, or 0 for no such part";
    for (name, value, len) in [
        ("validation", validation, validation_len),
        ("test", test, test_len),
    ] {
        if value > 0.0 && (len == 0 || train.is_empty()) {
            return Err(Error::Option {
                name,
                value,
                expected,
            });
        }
    }
    Ok(Split {
        train,
        validation: validation_part,
        test: test_part,
    })
}
