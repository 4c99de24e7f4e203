package suimon.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import suimon.config.SeriesConfig;
import suimon.quality.CompanionGrader;
import suimon.quality.Companions;
import suimon.reading.Grade;

/**
 * Grades series by others as their values come, see {@link CompanionGrader}. What is found after the
 * reading's own grade was given is handed out as a later grade. Used by the ingest thread.
 */
final class CompanionDesk {
    private final Map<String, CompanionGrader> graders = new HashMap<>();
    private final Map<String, List<Feed>> feeds = new HashMap<>();

    /** A series whose values a grader wants as its companion with that number. */
    private record Feed(CompanionGrader grader, int index) {}

    /** Takes grades that were found later. */
    interface Sink {
        void regrade(String series, long measured, Grade grade, int tests);
    }

    CompanionDesk(Map<String, SeriesConfig> configs) {
        configs.keySet().forEach(name -> {
            Companions companions = Companions.of(name, configs);
            if (!companions.isEmpty()) {
                CompanionGrader grader = new CompanionGrader(companions);
                graders.put(name, grader);
                for (int index = 0; index < companions.all().size(); index++) {
                    feeds.computeIfAbsent(companions.all().get(index).series(), any -> new ArrayList<>())
                            .add(new Feed(grader, index));
                }
            }
        });
    }

    boolean isEmpty() {
        return graders.isEmpty();
    }

    /** A calibrated number with the grade it got. */
    void observe(String series, double value, long measured, Grade grade, int tests) {
        CompanionGrader own = graders.get(series);
        if (own != null) {
            own.value(value, measured, grade, tests);
        }
        for (Feed feed : feeds.getOrDefault(series, List.of())) {
            feed.grader().companion(feed.index(), value, measured);
        }
    }

    /** Other tests gave an earlier reading another grade: what it is with all that is known here. */
    Later joined(String series, long measured, Grade grade, int tests) {
        CompanionGrader own = graders.get(series);
        if (own == null) {
            return new Later(grade, tests);
        }
        own.regraded(measured, grade, tests);
        boolean isGraver = own.measured() == measured && grade.worse(own.grade()) != grade;
        return isGraver ? new Later(own.grade(), own.tests()) : new Later(grade, tests);
    }

    /** A grade with its reasons. */
    record Later(Grade grade, int tests) {}

    /** Hands out what can be judged now and is not good. */
    void decide(Sink sink) {
        graders.forEach((series, grader) -> {
            while (grader.decide()) {
                if (grader.isWorse()) {
                    sink.regrade(series, grader.measured(), grader.grade(), grader.tests());
                }
            }
        });
    }
}
