import type { HostEvents, StudioHost } from '@casare/shared';
import { useEffect, useState } from 'react';

type Question = HostEvents['run.ask'];

/** What runs on this machine ask, oldest first; also what they asked before this page was there. */
export function useQuestions(host: StudioHost | undefined): readonly Question[] {
  const [questions, setQuestions] = useState<readonly Question[]>([]);
  useEffect(() => {
    if (!host) return;
    const stop = [
      host.on('run.ask', (question) => setQuestions((known) => withQuestion(known, question))),
      host.on('run.asked', ({ runId, taskId }) =>
        setQuestions((known) => known.filter((one) => one.runId !== runId || one.task.id !== taskId)),
      ),
      host.onConnection((connected) => {
        if (!connected) return;
        host.call('run.questions', {}).then(
          ({ questions: open }) => setQuestions(open),
          () => undefined, // Not reachable: the next connection asks again.
        );
      }),
    ];
    return () => stop.forEach((end) => end());
  }, [host]);
  return questions;
}

function withQuestion(known: readonly Question[], question: Question): readonly Question[] {
  const isSame = (one: Question) => one.runId === question.runId && one.task.id === question.task.id;
  return known.some(isSame) ? known : [...known, question];
}
