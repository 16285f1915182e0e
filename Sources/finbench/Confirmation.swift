import FinProfile
import Foundation

/// The question before a run that costs money or leaves this machine: what it will do is shown, and
/// where it costs money the number of conversations is typed, by a person, or `--yes` stands for it.
enum Confirmation {
    /// Shows the plan and asks.
    ///
    /// Everything goes to standard error; the answer comes from standard input.
    /// - Throws: `Complaint`, exit status 64, unless the run may begin; nothing was sent then.
    static func obtain(_ plan: RunPlan, isLive: Bool, isGiven: Bool) throws {
        let profile = plan.profile
        guard profile.isMetered || isLive else { return }
        Terminal.note(RunForecast(plan: plan, rowLimit: PlanCommand.rowLimit(plan)).text())
        guard profile.isMetered, !isGiven else { return }
        try ask(conversations: plan.conversationLimit)
    }

    /// Has a person type the number.
    static func ask(conversations: Int) throws {
        guard isatty(STDIN_FILENO) == 1 else {
            let words = conversations == 1 ? "1 conversation" : "\(conversations) conversations"
            throw Complaint(
                .usage,
                "the target costs money and nobody is at the terminal to confirm \(words); "
                    + "nothing was sent: add --yes if that is meant")
        }
        Terminal.write(
            "Type the number of conversations, \(conversations), to begin: ", to: .standardError)
        try check(answer: readLine(), expected: conversations)
    }

    /// Takes the very number and nothing else.
    static func check(answer: String?, expected: Int) throws {
        let typed = answer?.trimmingCharacters(in: .whitespaces) ?? ""
        if typed == String(expected) { return }
        throw Complaint(
            .usage,
            "\"\(typed.prefix(40))\" is not \(expected), the number of conversations; "
                + "nothing was sent")
    }
}
