import type { FleetTask } from '@casare/shared';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';
import { Age } from '../../format/Age.tsx';
import { formatFull } from '../../format/time.ts';
import { Detail, DetailList, DetailPanel, Loaded } from '../list/DetailPanel.tsx';
import { TaskForm } from './TaskForm.tsx';
import { TaskOutcome } from './TaskOutcome.tsx';
import { TaskState } from './TaskState.tsx';
import { useTask } from './use-tasks.ts';

/** One question: what is asked and by whom, and its answer or the form for it. */
export function TaskPanel({ taskId, onClose }: { taskId: string; onClose: () => void }) {
  const { t } = useTranslation('fleet');
  const task = useTask(taskId);
  return (
    <DetailPanel
      label={t('task.details')}
      title={task.data?.task.title ?? t('task.details')}
      closeLabel={t('task.close')}
      onClose={onClose}
    >
      <Loaded query={task} failed={t('task.failed')}>
        {(data) => <Question task={data} />}
      </Loaded>
    </DetailPanel>
  );
}

function Question({ task }: { task: FleetTask }) {
  const { t } = useTranslation('fleet');
  return (
    <div className="min-h-0 flex-1 overflow-auto">
      <DetailList>
        <Detail name={t('task.state')}>
          <TaskState state={task.state} />
        </Detail>
        <Detail name={t('task.askedBy')}>
          <Link to="/fleet/jobs/$jobId" params={{ jobId: task.jobId }} className="rounded text-accent hover:underline">
            {task.task.workflowName}
          </Link>
        </Detail>
        <Detail name={t('task.step')}>
          <span className="font-mono text-xs break-all">{task.path}</span>
        </Detail>
        <Detail name={t('task.created')}>
          <Age time={task.createdAt} />
        </Detail>
        {task.deadline !== null && <Detail name={t('task.deadline')}>{formatFull(task.deadline)}</Detail>}
      </DetailList>
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
