import type { FleetTask } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatFull } from '../../format/time.ts';
import { ErrorState } from '../../ui/ErrorState.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { Spinner } from '../../ui/Spinner.tsx';
import { TaskForm } from './TaskForm.tsx';
import { TaskOutcome } from './TaskOutcome.tsx';
import { TaskState } from './TaskState.tsx';
import { useTask } from './use-tasks.ts';

/** One question: what is asked and by whom, and its answer or the form for it. */
export function TaskPanel({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const { t } = useTranslation(['fleet', 'shell']);
  const task = useTask(taskId);
  return (
    <section
      aria-label={t('task.details')}
      className="flex min-h-0 flex-1 flex-col bg-surface"
      onKeyDown={(event) => event.key === 'Escape' && !event.defaultPrevented && onClose()}
    >
      <header className="flex h-10 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3">
        <h2 className="min-w-0 flex-1 truncate font-semibold">{task.data?.task.title ?? t('task.details')}</h2>
        <IconButton icon={X} label={t('task.close')} onClick={onClose} />
      </header>
      {task.data ? (
        <Loaded task={task.data} />
      ) : task.isError ? (
        <ErrorState title={t('task.failed')} error={task.error} onRetry={() => void task.refetch()} />
      ) : (
        <div className="flex flex-1 items-center justify-center text-faint">
          <Spinner label={t('shell:loading')} size={20} />
        </div>
      )}
    </section>
  );
}

function Loaded({ task }: { task: FleetTask }) {
  const { t } = useTranslation('fleet');
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <dl className="grid grid-cols-[110px_minmax(0,1fr)] items-center gap-x-3 gap-y-2 border-b border-line p-3">
        <Row name={t('task.state')}>
          <TaskState state={task.state} />
        </Row>
        <Row name={t('task.askedBy')}>
          <Link to="/fleet/jobs/$jobId" params={{ jobId: task.jobId }} className="rounded text-accent hover:underline">
            {task.task.workflowName}
          </Link>
        </Row>
        <Row name={t('task.step')}>
          <span className="font-mono text-xs break-all">{task.path}</span>
        </Row>
        <Row name={t('task.created')}>
          <Age time={task.createdAt} />
        </Row>
        {task.deadline !== null && <Row name={t('task.deadline')}>{formatFull(task.deadline)}</Row>}
      </dl>
      <div className="p-3">
        {task.state === 'open' ? (
          <TaskForm key={`${task.id} ${task.createdAt}`} task={task} />
        ) : (
          <TaskOutcome task={task} />
        )}
      </div>
    </div>
  );
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="self-start text-faint">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
