package dev.deed.decode;

/** A sequence of which each step emits a token, wherever the step left the decoder. */
final class PlainChain implements Chain {
  private final SearchRequest request;
  private final GrowingAnswer answer;
  private final TokenChooser chooser;

  PlainChain(SearchRequest request, GrowingAnswer answer, TokenChooser chooser) {
    this.request = request;
    this.answer = answer;
    this.chooser = chooser;
  }

  @Override
  public StepRow row() {
    return new StepRow(
        answer.state(),
        request.rule(),
        answer.scoring(),
        chooser,
        request.listener().alternatives(),
        0);
  }

  @Override
  public boolean accept(SequenceStep step) {
    if (step.candidates().isEmpty()) {
      return false;
    }
    StepResult result = step.emit(step.candidates().getFirst());
    boolean goesOn = answer.emit(result);
    if (goesOn) {
      answer.append(result.token());
    }
    return goesOn;
  }

  @Override
  public FoundSequence found() {
    return answer.found();
  }
}
