import { AppError, type FleetTask } from '@casare/shared';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { TaskBody } from '../../questions/TaskBody.tsx';
import { TaskChoices } from '../../questions/TaskChoices.tsx';
import { useTaskAnswer } from '../../questions/use-task-answer.ts';
import { toast } from '../../ui/toast.tsx';
import { useFleetClient } from '../fleet-context.tsx';
import { fleetKeys } from '../fleet-keys.ts';

/** Answers a question of a job. */
export function TaskForm({ task }: { task: FleetTask }) {
  const { t } = useTranslation('fleet');
  const { api } = useFleetClient();
  const queries = useQueryClient();
  const given = useTaskAnswer(task.task, async (answer) => {
    try {
      const answered = await api.answerTask(task.id, answer);
      queries.setQueryData(fleetKeys.task(task.id), answered);
      toast.done(t('task.sent'));
    } catch (error) {
      // Somebody was faster, or the time is over: the page then shows what became of the question.
      const tooLate = error instanceof AppError && error.code === 'CONFLICT';
      if (tooLate) void queries.invalidateQueries({ queryKey: fleetKeys.tasks });
      toast.failed(error, t(tooLate ? 'task.tooLate' : 'task.sendFailed'));
    }
  });
  return (
    <div className="flex flex-col gap-3">
      <div>
        <TaskBody task={task.task} given={given} />
      </div>
      <div className="flex flex-wrap justify-end gap-2">
        <TaskChoices task={task.task} given={given} />
      </div>
    </div>
  );
}
