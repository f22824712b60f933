package dev.deed.decode;

/** A sequence of which each step emits a token, wherever the step left the decoder. */
final class PlainChain implements Chain {
  private final SearchRequest request;
  private final GrowingAnswer answer;
  private final TokenChooser chooser;
  private PlainStep step;

  PlainChain(SearchRequest request, GrowingAnswer answer, TokenChooser chooser) {
    this.request = request;
    this.answer = answer;
    this.chooser = chooser;
    this.step = begin();
  }

  private PlainStep begin() {
    return new PlainStep(answer.state(), answer.question(request.rule(), chooser), chooser);
  }

  @Override
  public SequenceStep step() {
    return step;
  }

  @Override
  public boolean accept() {
    if (step.next().candidates().isEmpty()) {
      return false;
    }
    StepResult result = step.emit(step.next().candidates().getFirst());
    boolean goesOn = answer.emit(result);
    answer.learnScreening(step.next().exits().screenBalance());
    if (goesOn) {
      answer.append(result.token());
      step = begin();
    }
    return goesOn;
  }

  @Override
  public FoundSequence found() {
    return answer.found();
  }
}
