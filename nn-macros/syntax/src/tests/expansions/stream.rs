/// The memory of a stream through [`Guitar`], layer by layer: what a `State<Guitar>` holds.
#[repr(C)]
#[allow(non_camel_case_types, dead_code)]
pub struct Guitar__State
where
    for<'a> ::nn_core::layer::Conv<Guitar__conv1d1>: ::nn_core::__private::Stream,
{
    /// Of `conv1d1`: `conv1d 4 3 pad causal`.
    pub conv1d1: <::nn_core::layer::Conv<
        Guitar__conv1d1,
    > as ::nn_core::__private::Stream>::State,
    /// Of `lstm1`: `lstm 8 sequence`.
    pub lstm1: <::nn_core::layer::Lstm<
        Guitar__lstm1,
        ::nn_core::layer::Sequence,
    > as ::nn_core::__private::Stream>::State,
}
impl __nn::Stream for Guitar
where
    for<'a> __conv1d1: __nn::Stream,
    for<'a> __lstm1: __nn::Stream,
    for<'a> __each1: __nn::Stream,
{
    type State = Guitar__State;
    #[inline(always)]
    fn step<S: __nn::Simd>(
        &self,
        simd: S,
        state: &mut Self::State,
        input: &Self::Step,
        output: &mut Self::Result,
    ) {
        let mut conv1d1_result = __nn::result::<__conv1d1>();
        __nn::step(&self.conv1d1, simd, &mut state.conv1d1, input, &mut conv1d1_result);
        let mut lstm1_result = __nn::result::<__lstm1>();
        __nn::step(
            &self.lstm1,
            simd,
            &mut state.lstm1,
            &conv1d1_result,
            &mut lstm1_result,
        );
        __nn::step_alone(&self.each1, simd, &lstm1_result, output);
    }
}
impl __nn::TrainStream for Guitar
where
    for<'a> __conv1d1: __nn::TrainStream,
    for<'a> __lstm1: __nn::TrainStream,
    for<'a> __each1: __nn::TrainStream,
{
    fn forward_window<const BATCH: __nn::usize>(
        &mut self,
        context: &mut __nn::Context<'_>,
        states: &mut [Self::State; BATCH],
        input: &[Self::Input; BATCH],
        output: &mut [Self::Output; BATCH],
        tape: &mut __Tape<BATCH>,
    ) {
        __nn::forward_window(
            &mut self.conv1d1,
            context,
            states,
            |state| &mut state.conv1d1,
            input,
            &mut tape.conv1d1.output,
            &mut tape.conv1d1.tape,
        );
        __nn::forward_window(
            &mut self.lstm1,
            context,
            states,
            |state| &mut state.lstm1,
            &tape.conv1d1.output,
            &mut tape.lstm1.output,
            &mut tape.lstm1.tape,
        );
        __nn::window_alone(
            &mut self.each1,
            context,
            &tape.lstm1.output,
            output,
            &mut tape.each1,
        );
    }
}
impl Guitar {
    /// Takes one step of a sequence and gives what the network makes of the stream so far.
    ///
    /// Fed all steps of a sequence, the results are what [`predict`](Self::predict) makes of the whole: each step's output
    /// where that is a sequence, the last step's where it is a vector. It takes the same time for every step and no heap.
    #[inline]
    pub fn step(
        &self,
        state: &mut __nn::State<Self>,
        input: &::nn_core::__private::SVector<::nn_core::__private::f32, 1>,
    ) -> ::nn_core::__private::SVector<::nn_core::__private::f32, 1>
    where
        for<'a> Self: __nn::Stream,
    {
        __nn::step_one(self, state, input)
    }
}
impl __nn::core::clone::Clone for Guitar__State
where
    for<'a> ::nn_core::layer::Conv<Guitar__conv1d1>: ::nn_core::__private::Stream,
    for<'a> <__conv1d1 as __nn::Stream>::State: __nn::core::clone::Clone,
    for<'a> <__lstm1 as __nn::Stream>::State: __nn::core::clone::Clone,
{
    fn clone(&self) -> Self {
        Self {
            conv1d1: self.conv1d1.clone(),
            lstm1: self.lstm1.clone(),
        }
    }
}
