"""Everything Frontdesk raises on purpose.

FrontdeskError
├── SettingsError    an environment variable that is no setting, or a value that one may not have
├── DeskError        a file of the desk says something it may not
├── ReleaseError     a release is missing, damaged or of another format
├── EncoderError     the encoder's base model is missing or not the one expected
├── MessageError     a message that can't be taken: not text, too long, no session
├── AnswerError      an edited answer that can't be kept or published: says where and what
├── UserError        a name, role or password that can't be taken, or a user that is not there
├── VerdictError     a verdict that lacks something, or names what the desk does not have
├── InsightsError    a period or a file of the charts that there is none of
├── RunError         a training run that there is none of
├── HistoryError     a file of an old history that can't be read, or a folder it can't be written to
└── ConflictError    somebody else was quicker: the thing is no longer as it was shown
"""


class FrontdeskError(Exception):
    """Says what came, what was wanted and what to do."""


class SettingsError(FrontdeskError):
    pass


class DeskError(FrontdeskError):
    pass


class ReleaseError(FrontdeskError):
    pass


class EncoderError(FrontdeskError):
    pass


class MessageError(FrontdeskError):
    pass


class AnswerError(FrontdeskError):
    pass


class UserError(FrontdeskError):
    pass


class VerdictError(FrontdeskError):
    pass


class InsightsError(FrontdeskError):
    pass


class RunError(FrontdeskError):
    pass


class HistoryError(FrontdeskError):
    pass


class ConflictError(FrontdeskError):
    pass
