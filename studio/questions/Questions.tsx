import { MessageCircle } from 'lucide-react';
import { useState } from 'react';
import { useOptionalHost } from '../host/host-context.tsx';
import { Button } from '../ui/Button.tsx';
import { QuestionDialog } from './QuestionDialog.tsx';
import { useQuestions } from './use-questions.ts';

/** Shows what runs of this machine ask, one after the other, on whatever page the person is. */
export function Questions() {
  const host = useOptionalHost();
  const questions = useQuestions(host);
  const [aside, setAside] = useState<string>();
  const first = questions[0];
  if (!host || !first) return null;
  const key = `${first.runId} ${first.task.id}`;
  if (aside !== key) return <QuestionDialog key={key} host={host} question={first} onLater={() => setAside(key)} />;
  return (
    <div className="fixed right-4 bottom-10 z-40" data-testid="open-questions">
      <Button variant="primary" icon={MessageCircle} onClick={() => setAside(undefined)}>
        {questions.length === 1 ? '1 open question' : `${questions.length} open questions`}
      </Button>
    </div>
  );
}
