//! Three loops, one in the other, over places in two arrays at once.

/// One loop: how often, and how far each turn moves in the two arrays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Loop {
    pub(super) count: usize,
    pub(super) steps: [usize; 2],
}

impl Loop {
    pub(super) const fn new(count: usize, first: usize, second: usize) -> Self {
        Self {
            count,
            steps: [first, second],
        }
    }
}

impl Loop {
    /// Behind the last of `count` places in the first array, at least one, from `at` on.
    #[inline(always)]
    pub(super) fn end(self, at: usize, count: usize) -> usize {
        at + count.saturating_sub(1) * self.steps[0] + 1
    }
}

/// Loops, the innermost last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Nest(pub(super) [Loop; 3]);

impl Nest {
    /// The same places in the same order, in as few and as long loops as possible.
    #[inline(always)]
    pub(super) fn merged(self) -> Self {
        let [outer, middle, inner] = self.0;
        match (join(outer, middle), join(middle, inner)) {
            (_, Some(inner)) => match join(outer, inner) {
                Some(inner) => Self([ONCE, ONCE, inner]),
                None => Self([ONCE, outer, inner]),
            },
            (Some(middle), None) => Self([ONCE, middle, inner]),
            (None, None) => self,
        }
    }

    /// The same places in the same order, with loops of a single turn outermost.
    #[inline(always)]
    pub(super) fn pushed(self) -> Self {
        let [outer, middle, inner] = self.0;
        if inner.count == 1 {
            Self([inner, outer, middle])
        } else {
            self
        }
    }

    /// The number of places.
    #[inline(always)]
    pub(super) fn count(self) -> usize {
        let [outer, middle, inner] = self.0;
        outer.count * middle.count * inner.count
    }

    /// The distance of the last place in the first array from the first one.
    #[inline(always)]
    pub(super) fn reach(self) -> usize {
        let reach = |level: Loop| level.count.saturating_sub(1) * level.steps[0];
        let [outer, middle, inner] = self.0;
        reach(outer) + reach(middle) + reach(inner)
    }

    #[inline(always)]
    pub(super) fn inner(self) -> Loop {
        self.0[2]
    }
}

const ONCE: Loop = Loop::new(1, 0, 0);

/// Two loops as one, if the places allow it.
#[inline(always)]
fn join(outer: Loop, inner: Loop) -> Option<Loop> {
    let whole = |i: usize| outer.steps[i] == inner.count * inner.steps[i];
    if outer.count == 1 {
        Some(inner)
    } else if inner.count == 1 {
        Some(outer)
    } else if whole(0) && whole(1) {
        Some(Loop {
            count: outer.count * inner.count,
            ..inner
        })
    } else {
        None
    }
}

/// Walks through a nest, one place after the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor {
    nest: Nest,
    /// The distance of the last turn of the innermost loop to where the others lead.
    back: [usize; 2],
    /// Turns of the loops left.
    left: [usize; 3],
    /// The beginnings of the current turns of the outer loops.
    begin: [[usize; 2]; 2],
    at: [usize; 2],
}

impl Cursor {
    #[inline(always)]
    pub(super) fn new(nest: Nest) -> Self {
        Self {
            nest,
            back: [0; 2],
            left: nest.0.map(|level| level.count),
            begin: [[0; 2]; 2],
            at: [0; 2],
        }
    }

    /// One place for every two of the innermost loop; the last two overlap the ones before if the places are odd.
    #[inline(always)]
    pub(super) fn of_pairs(nest: Nest) -> Self {
        let [outer, middle, inner] = nest.0;
        let back = if inner.count % 2 == 1 {
            inner.steps
        } else {
            [0; 2]
        };
        let pairs = Loop {
            count: inner.count.div_ceil(2),
            steps: add(inner.steps, inner.steps),
        };
        Self {
            back,
            ..Self::new(Nest([outer, middle, pairs]))
        }
    }

    /// The number of places in all.
    #[inline(always)]
    pub(super) fn count(&self) -> usize {
        self.nest.count()
    }

    /// The current place; then on to the next.
    #[inline(always)]
    pub(super) fn next(&mut self) -> [usize; 2] {
        let mut place = self.at;
        if self.left[2] == 1 {
            place = [place[0] - self.back[0], place[1] - self.back[1]];
        }
        let [outer, middle, inner] = self.nest.0;
        self.at = add(self.at, inner.steps);
        self.left[2] -= 1;
        if self.left[2] == 0 {
            self.left[2] = inner.count;
            self.begin[1] = add(self.begin[1], middle.steps);
            self.left[1] -= 1;
            if self.left[1] == 0 {
                self.left[1] = middle.count;
                self.begin[0] = add(self.begin[0], outer.steps);
                self.begin[1] = self.begin[0];
            }
            self.at = self.begin[1];
        }
        place
    }
}

#[inline(always)]
fn add(a: [usize; 2], b: [usize; 2]) -> [usize; 2] {
    [a[0] + b[0], a[1] + b[1]]
}
