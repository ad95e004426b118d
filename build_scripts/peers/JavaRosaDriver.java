// Fills a form in with JavaRosa as a plan says, and prints what it took as JSON.
//   java -cp ODK_Validate.jar:<classes> JavaRosaDriver <plan.tsv>
// Lines of the plan, parted by tabs: form, repeat, loads, add <number>, set <path> <value>, toggle <path> <one> <other>, watch <path>.

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.javarosa.core.model.FormDef;
import org.javarosa.core.model.FormIndex;
import org.javarosa.core.model.data.AnswerDataFactory;
import org.javarosa.core.model.data.IAnswerData;
import org.javarosa.core.model.data.UncastData;
import org.javarosa.core.model.instance.InstanceInitializationFactory;
import org.javarosa.core.model.instance.TreeElement;
import org.javarosa.core.model.instance.TreeReference;
import org.javarosa.form.api.FormEntryController;
import org.javarosa.form.api.FormEntryModel;
import org.javarosa.model.xform.XFormsModule;
import org.javarosa.xform.util.XFormUtils;

public class JavaRosaDriver {
    private static FormDef form;

    public static void main(String[] arguments) throws Exception {
        PrintStream out = System.out;
        System.setOut(System.err);
        new XFormsModule().registerModule();
        byte[] xml = new byte[0];
        int loads = 1;
        FormIndex prompt = null;
        List<Double> load = new ArrayList<>(), add = new ArrayList<>(), fill = new ArrayList<>(), toggle = new ArrayList<>();
        List<String> watch = new ArrayList<>();
        double open = 0, loadedMemory = 0;
        String filled = null, repeat = "";
        for (String line : Files.readAllLines(Path.of(arguments[0]), StandardCharsets.UTF_8)) {
            String[] cells = line.split("\t", -1);
            switch (cells[0]) {
                case "form" -> xml = Files.readAllBytes(Path.of(cells[1]));
                case "repeat" -> repeat = cells[1];
                case "watch" -> watch.add(cells[1]);
                case "loads" -> {
                    loads = Integer.parseInt(cells[1]);
                    for (int turn = 0; turn < loads; turn++) {
                        long started = System.nanoTime();
                        form = XFormUtils.getFormFromInputStream(new ByteArrayInputStream(xml));
                        load.add(since(started));
                    }
                    long started = System.nanoTime();
                    form.initialize(true, new InstanceInitializationFactory());
                    open = since(started);
                    loadedMemory = memory();
                }
                case "add" -> {
                    int wanted = Integer.parseInt(cells[1]);
                    if (prompt == null) prompt = firstPrompt(repeat);
                    if (number(prompt) >= wanted) continue;
                    long started = System.nanoTime();
                    form.createNewRepeat(prompt);
                    add.add(since(started));
                    prompt = next(prompt);
                }
                case "set" -> fill.add(set(cells[1], cells[2]));
                case "toggle" -> {
                    if (filled == null) filled = totals(watch);
                    toggle.add(set(cells[1], cells[2]));
                    toggle.add(set(cells[1], cells[3]));
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        if (filled == null) filled = totals(watch);
        out.printf("{\"loads\": %s, \"open\": %s, \"adds\": %s, \"fills\": %s, \"toggles\": %s, \"filled\": %s, \"totals\": %s, "
            + "\"rss_loaded\": %s, \"rss\": %s}%n", load, open, add, fill, toggle, filled, totals(watch), loadedMemory, memory());
    }

    /** Walks to the first place where a new instance of the repeat may be added. */
    private static FormIndex firstPrompt(String repeat) {
        FormEntryController controller = new FormEntryController(new FormEntryModel(form));
        controller.jumpToIndex(FormIndex.createBeginningOfFormIndex());
        int event = FormEntryController.EVENT_BEGINNING_OF_FORM;
        while (event != FormEntryController.EVENT_END_OF_FORM) {
            if (event == FormEntryController.EVENT_PROMPT_NEW_REPEAT) {
                FormIndex found = controller.getModel().getFormIndex();
                if (found.getReference().toString(false).equals(repeat)) return found;
            }
            event = controller.stepToNextEvent();
        }
        return null;
    }

    /** Returns the index of the instance after this one. */
    private static FormIndex next(FormIndex index) {
        if (!index.isTerminal()) {
            return new FormIndex(next(index.getNextLevel()), index.getLocalIndex(), index.getInstanceIndex(), index.getLocalReference());
        }
        TreeReference reference = index.getReference().clone();
        reference.setMultiplicity(reference.size() - 1, index.getInstanceIndex() + 1);
        return new FormIndex(index.getLocalIndex(), index.getInstanceIndex() + 1, reference);
    }

    private static int number(FormIndex index) {
        return index.isTerminal() ? index.getInstanceIndex() : number(index.getNextLevel());
    }

    private static TreeReference reference(String path) {
        TreeReference found = TreeReference.rootRef();
        for (String step : path.substring(1).split("/")) {
            int bracket = step.indexOf('[');
            String name = bracket < 0 ? step : step.substring(0, bracket);
            found.add(name, bracket < 0 ? 0 : Integer.parseInt(step.substring(bracket + 1, step.length() - 1)) - 1);
        }
        return found;
    }

    private static double set(String path, String text) {
        TreeReference place = reference(path);
        TreeElement node = form.getMainInstance().resolveReference(place);
        if (node == null) throw new IllegalArgumentException("no node " + path);
        IAnswerData value = null;
        if (!text.isEmpty()) {
            IAnswerData kind = AnswerDataFactory.templateByDataType(node.getDataType());
            value = kind.cast(new UncastData(text));
        }
        long started = System.nanoTime();
        form.setValue(value, place, true);
        return since(started);
    }

    private static String totals(List<String> watch) {
        StringBuilder found = new StringBuilder("{");
        for (String path : watch) {
            TreeElement node = form.getMainInstance().resolveReference(reference(path));
            IAnswerData value = node == null || !node.isRelevant() ? null : node.getValue();
            String text = value == null ? "" : value.uncast().getString().replace("\\", "\\\\").replace("\"", "\\\"");
            found.append(found.length() > 1 ? ", " : "").append('"').append(path).append("\": \"").append(text).append('"');
        }
        return found.append('}').toString();
    }

    private static double since(long started) {
        return (System.nanoTime() - started) / 1e6;
    }

    /** Resident memory in MB; 0 where the system does not tell. */
    private static double memory() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) return 0;
        for (String line : Files.readAllLines(status)) {
            if (line.startsWith("VmRSS:")) return Double.parseDouble(line.replaceAll("\\D", "")) * 1024 / 1e6;
        }
        return 0;
    }
}
